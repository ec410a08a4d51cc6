import { iso } from '../clocks.ts';
import type { ControlWrite } from '../rules/plan.ts';

/** What each explanation of ours begins with: HubSpot shows the explanation with the status. */
export const OUR_MARK = 'Widerruf R';

/** HubSpot's legal basis for a status we write (communication-preferences API): named only where consent was given anew. */
export function legalBasisOf({ because }: Pick<ControlWrite, 'because'>): {
  legalBasis?: 'CONSENT_WITH_NOTICE';
  legalBasisExplanation: string;
} {
  switch (because.to) {
    case 'closed':
      return {
        legalBasisExplanation: `${OUR_MARK}1: the person opted out of the company at ${iso(because.optOutAt)}`,
      };
    case 'subscribed':
      return {
        legalBasis: 'CONSENT_WITH_NOTICE',
        legalBasisExplanation: `${OUR_MARK}4: re-opt-in by form ${because.by.form}, submitted ${iso(because.by.at)}`,
      };
    case 'restored':
      return {
        legalBasis: 'CONSENT_WITH_NOTICE',
        legalBasisExplanation: `${OUR_MARK}6: back to the state before the opt-out; re-opt-in by form ${because.by.form}, submitted ${iso(because.by.at)}`,
      };
  }
}
