/** The stories of `widerruf trigger`, and what somebody does in them, in English; `story-german.ts` has the same texts. */
export const storyEnglish = {
  stories: {
    'company-opt-out': 'R1: a company opt-out closes every brand',
    'unsubscribe-all': 'R1: HubSpot’s "unsubscribe from all" is an opt-out of every company',
    'brand-opt-out': 'R2: a "no" to a brand stays there',
    'newsletter-opt-out': 'R2: a "no" to a newsletter stays there',
    'form-return': 'R4, R6: the owner comes back by a form; everything goes back to what it was',
    'employee-reopens': 'R5: an employee subscribes the person again, which is refused',
    'import-reopens': 'R5: an import subscribes the person again, which is refused',
    'double-opt-in': 'R7: a return by a form with double opt-in waits for the owner’s click',
    merge: 'R8: the opt-out survives a merge with a record that is open',
    'privacy-deletion': 'R8: a deletion for privacy keeps the "no" as a keyed hash',
  },
  acts: {
    leavesCompany: 'the person leaves the company by the link in a mail',
    leavesAll: 'the person unsubscribes from all',
    leavesBrand: 'the person leaves one brand',
    leavesNewsletter: 'the person leaves one newsletter',
    fillsForm: 'the person fills in the form',
    confirms: 'the person clicks the confirmation',
    employeeReopens: 'an employee subscribes the person again',
    importReopens: 'an import subscribes the person again',
    merges: 'an employee merges the person’s two records',
    deletes: 'the record is deleted for privacy',
  },
};

export type StoryTexts = typeof storyEnglish;
