import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Twin } from '../../local/hubspot/twin.ts';
import { startTwinOf } from '../../local/twin-of.ts';
import { examineRegistry } from '../../ops/doctor/registry.ts';
import { type Ask, propose, type Question } from '../../ops/init/propose.ts';
import { doctorTexts } from '../../ops/texts/words.ts';
import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { loadRegistry, parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';

const type = (id: number, name: string, brand = 0) => ({ id, name, active: true, brand });
const FORM = '00000000-0000-4000-8000-000000000001';
const portal: PortalInfo = {
  unseen: [],
  types: [
    type(9001, 'KäuferInnen-E-Mails'),
    type(501, 'Kommunikations-Abonnement Kunstmeile Krems Betriebs GmbH', 1),
    type(601, 'NÖ Kulturszene GesmbH – Kommunikations-Abonnement', 2),
    type(511, 'Kunsthalle Krems', 1),
    type(512, 'Kunsthalle Krems: Newsletter', 1),
    type(611, 'Bühne im Hof', 2),
    type(700, 'Irgendwas'),
    { ...type(77777, 'Alt'), active: false },
  ],
  properties: [
    { name: 'dsgvo_sperre_kunsthalle', options: ['ja', 'nein'] },
    { name: 'dsgvo_sperre_forum_frohner', options: [] },
    { name: 'sperre_grund', options: ['a', 'b', 'c'] },
    { name: 'firstname', options: [] },
    { name: 'hs_email_optout', options: [] },
  ],
  forms: [{ id: FORM, name: 'Newsletter', published: true, consent: 'explicit', subscriptions: [501, 512] }],
  emails: undefined,
};

function answering(answers: Record<string, string>): { ask: Ask; asked: Question[] } {
  const asked: Question[] = [];
  const ask: Ask = (question) => {
    asked.push(question);
    return Promise.resolve(Object.entries(answers).find(([part]) => question.text.includes(part))?.[1]);
  };
  return { ask, asked };
}

describe('a registry is proposed from a portal', () => {
  test('what names, HubSpot’s brands and forms tell is not asked', async () => {
    const { ask, asked } = answering({
      Irgendwas: 'noe-kulturszene-gesmbh',
      Frohner: 'kunstmeile-krems-betriebs-gmbh',
      double: 'no',
    });
    const { draft, open } = await propose(1, portal, ask);
    expect(draft.protected.subscriptions).toEqual([{ id: 9001, name: 'KäuferInnen-E-Mails' }]);
    expect(draft.companies['kunstmeile-krems-betriebs-gmbh']).toEqual({
      name: 'Kunstmeile Krems Betriebs GmbH',
      subscription: { id: 501 },
      brands: {
        'kunsthalle-krems': {
          name: 'Kunsthalle Krems',
          controls: [
            { kind: 'property', name: 'dsgvo_sperre_kunsthalle', blocked: 'ja', open: 'nein' },
            { kind: 'subscription', id: 511 },
          ],
          newsletters: [{ key: 'newsletter', kind: 'subscription', id: 512 }],
        },
        'forum-frohner': {
          name: 'Forum Frohner',
          controls: [{ kind: 'property', name: 'dsgvo_sperre_forum_frohner', blocked: 'true', open: 'false' }],
          newsletters: [],
        },
      },
    });
    expect(Object.keys(draft.companies['noe-kulturszene-gesmbh']?.brands ?? {})).toEqual([
      'buehne-im-hof',
      'irgendwas',
    ]);
    expect(draft.forms).toEqual([
      {
        id: FORM,
        company: 'kunstmeile-krems-betriebs-gmbh',
        brand: 'kunsthalle-krems',
        newsletter: 'newsletter',
        doubleOptIn: false,
      },
    ]);
    expect(asked).toHaveLength(3);
    // What no question could settle is named, and what is archived does not appear.
    expect(open).toEqual(['property sperre_grund: which of a, b, c means "no mail"? left out']);
    expect(JSON.stringify(draft)).not.toContain('77777');
    const registry = arrangeRegistry(parseRegistry(JSON.stringify(draft)));
    expect(examineRegistry(portal, registry, doctorTexts.en).filter(({ level }) => level === 'loss')).toEqual([]);
  });

  test('nobody answers: what cannot be told is left out and named, and double opt-in is taken for true', async () => {
    const { draft, open } = await propose(1, portal, () => Promise.resolve(undefined));
    expect(draft.forms[0]?.doubleOptIn).toBe(true);
    expect(open).toEqual([
      'property sperre_grund: which of a, b, c means "no mail"? left out',
      'brand Irgendwas (type 700): of which company? left out',
      'brand Forum Frohner (property dsgvo_sperre_forum_frohner): of which company? left out',
      `form "Newsletter" (${FORM}): double opt-in? taken for true, the safe answer`,
    ]);
    expect(() => parseRegistry(JSON.stringify(draft))).not.toThrow();
  });

  test('a portal in which nothing looks like a company says so', async () => {
    const { open } = await propose(1, { ...portal, types: [type(1, 'A')], forms: [] }, () =>
      Promise.resolve(undefined),
    );
    expect(open.join('\n')).toContain('no subscription type looks like a company’s own');
  });
});

describe('widerruf init', () => {
  let twin: Twin;
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  beforeAll(async () => {
    const file = loadRegistry('registry/noeku.example.yaml');
    twin = await startTwinOf(file, arrangeRegistry(file));
  });
  afterAll(() => twin.stop());

  async function init(args: string[], token = 'local-access-token') {
    const env = { ...process.env, HUBSPOT_API_URL: twin.url, HUBSPOT_ACCESS_TOKEN: token };
    const run = promisify(execFile)(process.execPath, ['ops/widerruf.ts', 'init', ...args], { env });
    return run.then(
      ({ stdout }) => ({ code: 0, out: stdout, err: '' }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        out: stdout,
        err: stderr,
      }),
    );
  }

  test('writes a registry that the tool takes, with what is open at its head; never over a file', async () => {
    const out = join(folder, 'portal.yaml');
    const { code, out: said } = await init(['--out', out, '--portal', '24681357']);
    expect(code).toBe(1);
    expect(said).toContain('OPEN  brand ');
    const written = loadRegistry(out);
    expect(written.portal).toBe(24681357);
    expect(Object.values(written.companies).map(({ subscription }) => subscription.id)).toContain(501);
    expect(readFileSync(out, 'utf8')).toContain('# OPEN: brand ');
    expect(await init(['--out', out, '--portal', '1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('exists'),
    });
  });

  test('a token that is refused, and an id that nobody tells', async () => {
    const out = join(folder, 'other.yaml');
    expect((await init(['--out', out, '--portal', '1'], 'wrong')).err).toContain('HubSpot refuses the access token');
    expect((await init(['--out', out], '')).err).toContain('HUBSPOT_ACCESS_TOKEN is not set');
    expect((await init(['--out', out])).err).toContain('name it by --portal');
  });
});
