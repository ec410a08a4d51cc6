import type { StatusValue } from '../portal/types.ts';
import { type Account, contactOf, USER } from './account.ts';

type NewContact = { email: string; properties?: Record<string, string>; statuses?: Record<string, StatusValue> };
type ImportRow = { email: string; properties?: Record<string, string>; statuses?: Record<string, StatusValue> };

const EMPLOYEE = { changeSource: 'CRM_UI', sourceId: USER };
const IMPORT = { changeSource: 'IMPORT', sourceId: '4711' };

/** What people do about contact records: create, edit, import, delete, restore, merge. */
export function recordActions(account: Account) {
  const { portal } = account;
  const find = (id: string) => contactOf(account, id);

  return {
    /** Somebody becomes a contact; `statuses` are set beforehand, without webhooks. Returns the id. */
    createContact({ email, properties = {}, statuses = {} }: NewContact): { id: string } {
      for (const [id, status] of Object.entries(statuses)) {
        portal.setStatus(email, Number(id), { status, source: 'Form' }, { changeSource: 'FORM' });
      }
      return { id: portal.createContact({ email, ...properties }, EMPLOYEE).id };
    },
    /** An employee edits a property of the contact. */
    editProperty({ contact, name, value }: { contact: string; name: string; value: string }): void {
      portal.setProperty(find(contact), name, value, EMPLOYEE);
    },
    /** A list is imported: by address, contacts are created or updated, and statuses set. */
    importRows({ rows }: { rows: ImportRow[] }): void {
      for (const row of rows) importRow(row, account);
    },
    deleteContact({ contact }: { contact: string }): void {
      portal.archive(find(contact), EMPLOYEE);
    },
    restoreContact({ contact }: { contact: string }): void {
      const found = portal.contacts.get(String(contact));
      if (found === undefined) throw new Error(`the portal has no contact ${contact}`);
      portal.restore(found, { changeSource: 'RECYCLING_BIN', sourceId: USER });
    },
    deleteForPrivacy({ contact }: { contact: string }): void {
      portal.deleteForPrivacy(find(contact), EMPLOYEE);
    },
    /** Two contacts become one. Returns the id of what came out. */
    mergeContacts({ primary, other }: { primary: string; other: string }): { id: string } {
      return { id: portal.merge(find(primary), find(other), { changeSource: 'MERGE_OBJECTS', sourceId: USER }).id };
    },
  };
}

function importRow({ email, properties = {}, statuses = {} }: ImportRow, { portal }: Account): void {
  const contact = portal.byAddress(email)[0] ?? portal.createContact({ email }, IMPORT);
  for (const [name, value] of Object.entries(properties)) portal.setProperty(contact, name, value, IMPORT);
  for (const [id, status] of Object.entries(statuses)) {
    portal.setStatus(email, Number(id), { status, source: 'Import' }, IMPORT);
  }
}
