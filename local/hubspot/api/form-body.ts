import type { ApiOptions } from './account.ts';
import { iso } from './answers.ts';

/** A form as HubSpot writes it, with all that HubSpot's description requires; only the consent is of any interest here. */
export function formBody({ id, subscriptions }: ApiOptions['forms'][number]) {
  const checkboxes = subscriptions.map((subscriptionTypeId) => ({ subscriptionTypeId, label: 'yes', required: false }));
  return {
    id,
    name: `form ${id.slice(-5)}`,
    formType: 'hubspot',
    archived: false,
    createdAt: iso(0),
    updatedAt: iso(0),
    fieldGroups: [{ groupType: 'default_group', richTextType: 'text', fields: [EMAIL] }],
    configuration: CONFIGURATION,
    displayOptions: { renderRawHtml: false, theme: 'default_style', submitButtonText: 'Submit', style: STYLE },
    legalConsentOptions: {
      type: 'explicit_consent_to_process',
      privacyText: 'privacy',
      communicationsCheckboxes: checkboxes,
    },
  };
}

const EMAIL = {
  objectTypeId: '0-1',
  name: 'email',
  label: 'E-mail',
  fieldType: 'email',
  required: true,
  hidden: false,
  dependentFields: [],
  validation: { blockedEmailDomains: [], useDefaultBlockList: false },
};

const CONFIGURATION = {
  language: 'de',
  cloneable: true,
  editable: true,
  archivable: true,
  recaptchaEnabled: false,
  notifyContactOwner: false,
  notifyRecipients: [],
  createNewContactForNewEmail: true,
  prePopulateKnownValues: false,
  allowLinkToResetKnownValues: false,
  lifecycleStages: [],
  postSubmitAction: { type: 'thank_you', value: 'thanks' },
};

const STYLE = {
  fontFamily: 'arial, helvetica, sans-serif',
  backgroundWidth: '100%',
  labelTextColor: '#000000',
  labelTextSize: '11px',
  helpTextColor: '#000000',
  helpTextSize: '11px',
  legalConsentTextColor: '#000000',
  legalConsentTextSize: '11px',
  submitColor: '#000000',
  submitFontColor: '#ffffff',
  submitSize: '12px',
  submitAlignment: 'left',
};
