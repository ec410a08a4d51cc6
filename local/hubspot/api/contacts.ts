import { type Context, Hono } from 'hono';
import type { PortalContact } from '../portal/types.ts';
import type { ApiOptions } from './account.ts';
import { error } from './answers.ts';
import { answerBatch, type BatchBody, type ItemAnswer, type Refused } from './batch.ts';
import { contactBody } from './contact-body.ts';
import { listContacts, searchContacts } from './search.ts';

/** Who HubSpot names as the source of a change that an app made by the API. */
const API_ACTOR = { changeSource: 'INTEGRATION', sourceId: '54321' };

/** HubSpot tells of a new record some seconds before the record can be read. */
function isReadable({ createdAt }: PortalContact, { clock, behaviour }: ApiOptions): boolean {
  return clock() - createdAt >= behaviour.readableAfterMs;
}

type Update = { id: string; properties: Record<string, string> };

/** Contacts: read singly or in batches, with property history; update in batches; search. */
export function contactRoutes(options: ApiOptions): Hono {
  const { portal, clock } = options;
  return new Hono()
    .post('/batch/read', (c) => answerBatch(c, clock, (inputs, body) => read(inputs, body, { c, options })))
    .post('/batch/update', (c) => answerBatch(c, clock, (inputs) => updateAll(inputs as Update[], options)))
    .post('/search', (c) => searchContacts(c, options))
    .get('/', (c) => listContacts(c, options))
    .post('/', (c) => create(c, options))
    .get('/:id', (c) => {
      const contact = portal.contact(c.req.param('id'));
      if (contact === undefined || !isReadable(contact, options))
        return error(c, 404, 'OBJECT_NOT_FOUND', 'resource not found');
      const wanted = { properties: list(c, 'properties'), history: list(c, 'propertiesWithHistory') };
      return c.json(contactBody(options, contact, wanted));
    });
}

/** `idProperty: "email"` finds a contact by its address; `?archived=true` finds deleted contacts by id. */
function read(inputs: unknown[], body: BatchBody, { c, options }: { c: Context; options: ApiOptions }): ItemAnswer[] {
  const { portal } = options;
  const wanted = { properties: texts(body['properties']), history: texts(body['propertiesWithHistory']) };
  const archived = c.req.query('archived') === 'true';
  const find = (id: string) => {
    if (body['idProperty'] === 'email') return portal.byAddress(id)[0];
    return archived ? portal.archived(id) : portal.contact(id);
  };
  return inputs.map((input) => {
    const id = String((input as BatchBody)['id']);
    const contact = find(id);
    return contact === undefined || !isReadable(contact, options)
      ? notFound(id)
      : { result: contactBody(options, contact, wanted) };
  });
}

/** A new contact has an address of its own, and the properties that the portal demands of each contact. */
async function create(c: Context, options: ApiOptions): Promise<Response> {
  const { portal, behaviour } = options;
  const { properties = {} } = await c.req.json<Partial<Update>>();
  const lacking = behaviour.demandedProperties.find((name) => !properties[name]);
  const wrong = Object.keys(properties).find((name) => !isWritable(name, options.properties));
  if (lacking !== undefined) return error(c, 400, 'VALIDATION_ERROR', `Property ${lacking} is required`);
  if (wrong !== undefined) return error(c, 400, 'VALIDATION_ERROR', `Property ${wrong} cannot be written`);
  const [same] = properties['email'] === undefined ? [] : portal.byAddress(properties['email']);
  if (same !== undefined) return error(c, 409, 'CONFLICT', `Contact already exists. Existing ID: ${same.id}`);
  const contact = portal.createContact(properties, API_ACTOR);
  return c.json(contactBody(options, contact, { properties: Object.keys(properties), history: [] }), 201);
}

/** One property that cannot be written refuses the whole batch, as HubSpot does. */
function updateAll(inputs: Update[], options: ApiOptions): ItemAnswer[] | Refused {
  const values = inputs.flatMap(({ properties }) => Object.entries(properties));
  const [wrong] =
    values.find(([name, value]) => !isWritable(name, options.properties) || !takes(name, value, options)) ?? [];
  if (wrong !== undefined) return { refused: 'VALIDATION_ERROR', message: `Property ${wrong} cannot be written` };
  const lacking = inputs.map((input) => demandedBy(input, options)).find((name) => name !== undefined);
  if (lacking !== undefined) return { refused: 'VALIDATION_ERROR', message: `Property ${lacking} is required` };
  return inputs.map((input) => update(input, options));
}

/** A property that the portal demands and that the contact lacks also after an update. */
function demandedBy({ id, properties }: Update, { portal, behaviour }: ApiOptions): string | undefined {
  const contact = portal.contact(id);
  if (contact === undefined) return undefined;
  return behaviour.demandedProperties.find((name) => !(properties[name] ?? portal.property(contact, name)));
}

function update(input: Update, options: ApiOptions): ItemAnswer {
  const { portal, behaviour } = options;
  const contact = portal.contact(input.id);
  if (contact === undefined) return notFound(input.id);
  const category = behaviour.itemError?.(input);
  if (category !== undefined) return { error: category, context: { ids: [input.id] } };
  for (const [name, value] of Object.entries(input.properties)) portal.setProperty(contact, name, value, API_ACTOR);
  return { result: contactBody(options, contact, { properties: Object.keys(input.properties), history: [] }) };
}

/** HubSpot's own properties are read-only; `existing` are the portal's, undefined: any. */
function isWritable(name: string, existing: readonly string[] | undefined): boolean {
  if (name.startsWith('hs_')) return false;
  return existing === undefined || existing.includes(name) || name === 'email';
}

/** Whether a property takes a value: a rule of the portal or the property's options may refuse it. */
function takes(name: string, value: string, { behaviour }: ApiOptions): boolean {
  const allowed = behaviour.propertyOptions.get(name);
  return !behaviour.refusedProperties.has(name) && (allowed === undefined || value === '' || allowed.includes(value));
}

function notFound(id: string): ItemAnswer {
  return { error: 'OBJECT_NOT_FOUND', context: { ids: [id] } };
}

function list(c: Context, parameter: string): string[] {
  return (c.req.query(parameter) ?? '').split(',').filter((name) => name !== '');
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
