import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { disclosureOf } from '../../ops/disclosure.ts';
import { speechOf } from '../../ops/texts/speech.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { exampleRegistry, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { widerrufOn } from '../helpers/widerruf.ts';

let it: TestStack;
let anna: string;
const widerruf = (...args: string[]) => widerrufOn(it.dataDir, args);

beforeAll(async () => {
  it = await startTestStack();
  anna = it.twin.people.createContact({ email: 'anna@example.at', statuses: { 511: 'SUBSCRIBED' } }).id;
  it.twin.people.unsubscribeByLink({ contact: anna, subscription: 501 });
  await it.settled();
  it.twin.people.subscribeByEmployee({ contact: anna, subscription: 501 });
  await it.settled();
});
afterAll(() => it.stop());
afterEach(() => {
  it.twin.behaviour.fail = undefined;
});

describe('when HubSpot cannot be asked, what it holds is said to be unknown', () => {
  const refuse = () => {
    it.twin.behaviour.fail = () => 401;
  };

  test('explain of somebody of whom nothing is recorded', async () => {
    refuse();
    for (const who of ['nobody@example.at', '999']) {
      const { code, out, err } = await widerruf('explain', who);
      expect(out).toBe('Nothing is recorded of this person. Whether HubSpot has such a contact is unknown.\n');
      expect(err).toMatch(/^What HubSpot holds is unknown: HubSpot refuses the access token \(401\)\..*\n$/);
      expect(code).toBe(2);
    }
  });

  test('explain of somebody who is recorded, in JSON too', async () => {
    refuse();
    const { code, out } = await widerruf('explain', 'anna@example.at');
    expect(code).toBe(2);
    expect(out).toContain('R1 ');
    const machine = await widerruf('explain', 'anna@example.at', '--json');
    expect(machine.code).toBe(2);
    expect(JSON.parse(machine.out)).toEqual([expect.objectContaining({ contact: anna, existsInHubSpot: null })]);
  });

  test('export', async () => {
    refuse();
    const { code, out, err } = await widerruf('export', 'anna@example.at');
    expect(code).toBe(2);
    expect(err).toContain('What HubSpot holds is unknown');
    expect(JSON.parse(out)).toMatchObject({ hubspot_unknown_because: 'token', contacts: [{ existsInHubSpot: null }] });
  });

  test('verify of an address: other records of the person may be unknown', async () => {
    refuse();
    expect(await widerruf('verify', 'anna@example.at')).toMatchObject({
      code: 2,
      out: expect.stringContaining('none is altered'),
    });
  });

  test('what HubSpot does answer is no longer unknown', async () => {
    expect(await widerruf('explain', 'nobody@example.at')).toEqual({
      code: 0,
      out: 'Nothing is recorded of this person, and HubSpot has no such contact.\n',
      err: '',
    });
  });
});

describe('explain --at: how it stood then', () => {
  test('before, between and after', async () => {
    const entries = await it.entries(anna);
    const refused = entries.find(({ body }) => body.kind === 'decision' && body.outcome === 'refused');
    const [first] = entries;
    const at = (time: unknown, ms: number) => new Date(Number(time) + ms).toISOString();
    const before = await widerruf('explain', 'anna@example.at', '--at', at(first?.recordedAt, -1));
    expect(before).toMatchObject({ code: 0, out: 'Nothing was recorded of this person at that time.\n' });
    const between = await widerruf('explain', 'anna@example.at', '--at', at(refused?.recordedAt, -1));
    expect(between.out).toContain('opted out of the company');
    expect(between.out).not.toContain('R5');
    const after = await widerruf('explain', 'anna@example.at', '--at', '2999-01-01');
    expect(after.out).toContain('R5');
  });

  test('of a time that is none', async () => {
    expect(await widerruf('explain', anna, '--at', 'gestern')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--at gestern is no time'),
    });
  });
});

describe('in German', () => {
  test('explain: names instead of keys, sentences, the clock in Vienna', async () => {
    const { out } = await widerruf('explain', anna, '--lang', 'de');
    expect(out).toMatch(/Kunstmeile Krems Betriebs GmbH: Widerruf \/ Opt-Out \(GesmbH\) \(seit \d\d\.\d\d\.\d{4}, /);
    expect(out).toContain(
      'R1 Widerruf: Widerruf der GesmbH; alle Marken von Kunstmeile Krems Betriebs GmbH werden gesperrt',
    );
    expect(out).toContain('wieder gesperrt: Kunstmeile Krems Betriebs GmbH: Kommunikations-Abonnement');
    expect(out).toContain('HubSpot-BenutzerIn 7');
    expect(out).toContain('Kunsthalle Krems: Abo-Typ 511: abonniert → abgemeldet');
    // Nothing is skipped: each entry of the ledger has its line.
    expect(out.match(/^ +\d+ {2}/gm)).toHaveLength((await it.entries(anna)).length);
    for (const key of [...exampleRegistry().companies.keys(), ...exampleRegistry().controls.keys()]) {
      expect(out).not.toContain(key);
    }
    expect(out).not.toMatch(/\d{4}-\d\d-\d\dT|UNSUBSCRIBED|opted-out|webhook/);
  });

  test('export --to: a page to print, a table and JSON for an authority', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'widerruf-test-')), 'auskunft');
    const { code, out } = await widerruf('export', 'anna@example.at', '--lang', 'de', '--to', folder);
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((path) => basename(path)),
    ).toEqual(['auskunft.html', 'nachweis.csv', 'nachweis.json']);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const count = (await it.entries(anna)).length;
    const page = read('auskunft.html');
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('Auskunft nach Art. 15 DSGVO');
    expect(page).toContain('E-Mail-Adressen: anna@example.at');
    expect(page).toContain(`Alle Einträge (${count})`);
    expect(page).not.toMatch(/<script|https?:\/\/|undefined/);
    // Header, meanings, and a row for each entry, whole.
    expect(read('nachweis.csv').trim().split('\r\n')).toHaveLength(count + 2);
    expect(read('nachweis.csv')).toContain('Nummer des Kontakts in HubSpot');
    expect(
      (JSON.parse(read('nachweis.json')) as { contacts: { entries: object[] }[] }).contacts[0]?.entries,
    ).toHaveLength(count);
  });

  test('simulate, verify and status', async () => {
    const simulated = await widerruf('simulate', 'ops/examples/events.csv', '--lang', 'de');
    expect(simulated.out).toContain('4 Ereignisse; 4 Entscheidungen; nichts wurde geschrieben');
    expect(simulated.out).toContain('das Nein zur Marke Kunsthalle Krems gilt nur dort');
    expect((await widerruf('verify', anna, '--lang', 'de')).out).toMatch(/Einträge zu 1 Kontakt: keiner ist verändert/);
    expect((await widerruf('status', '--lang', 'de')).out).toMatch(
      /^noch nicht in HubSpot {2}nichts\nwartet {17}Signale 0, Massen-Signale 0, Abgleich 0, Prüflauf 0\nunzustellbar {11}Signale 0, Abgleich 0, Prüflauf 0\n/,
    );
  });

  test('the page of somebody whose name tries to be HTML, and when HubSpot cannot be asked', () => {
    const speech = speechOf('de', loadRegistry(inject('registryFile')));
    const page = disclosureOf({ who: '<b>"x"&', at: 0 }, { contacts: [], unseen: 'away' }, speech);
    expect(page).toContain('&lt;b&gt;&quot;x&quot;&amp;');
    expect(page).toContain('Bitte nicht herausgeben');
    expect(page).toContain('Ob HubSpot einen solchen Kontakt hat, ist unbekannt');
  });
});
