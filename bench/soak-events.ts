/** The company type that every contact of the soak opts out of. */
export const OPT_OUT = 501;

type Event = Record<string, string | number>;
let eventId = 0;

/** Ten events of one contact: an opt-out, and everything around it that must not matter. `at`: ms. */
export function eventsOf(contact: string, portal: number, at: number): Event[] {
  const change = (propertyName: string, propertyValue: string, occurredAt: number): Event => ({
    eventId: eventId++,
    subscriptionType: 'object.propertyChange',
    objectTypeId: '0-1',
    portalId: portal,
    objectId: Number(contact),
    occurredAt,
    propertyName,
    propertyValue,
    changeSource: 'CRM_UI',
    sourceId: 'userId:7',
    attemptNumber: 0,
  });
  const optOut = change(`hs_email_optout_${OPT_OUT}`, 'true', at);
  const brand = change('dsgvo_sperre_landesgalerie', 'true', at - 500);
  return [
    brand,
    optOut,
    { ...optOut, eventId: eventId++, attemptNumber: 1 },
    // An employee opens the company's type, a brand's block and a brand's type again.
    change(`hs_email_optout_${OPT_OUT}`, 'false', at + 5000),
    change('dsgvo_sperre_landesgalerie', 'false', at + 6000),
    change('hs_email_optout_511', 'false', at + 7000),
    // An older opt-out that comes late, a duplicate, and two events that no rule needs.
    change(`hs_email_optout_${OPT_OUT}`, 'true', at - 10_000),
    { ...brand, eventId: eventId++, attemptNumber: 1 },
    change('hs_email_optout_424242', 'true', at),
    change('favourite_colour', 'green', at),
  ];
}
