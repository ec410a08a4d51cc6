import { Hono } from 'hono';
import { type ApiOptions, VERSION } from './account.ts';
import { error } from './answers.ts';
import { contactRoutes } from './contacts.ts';
import { guard } from './limits.ts';
import { portalInfoRoutes } from './portal-info.ts';
import { statusRoutes } from './statuses.ts';
import { submissionRoutes } from './submissions.ts';

/** HubSpot's REST API, as far as Widerruf and its tests call it. Each subject has its own file beside this one. */
export function createApi(options: ApiOptions): Hono {
  return new Hono()
    .use('*', guard(options))
    .route(`/crm/objects/${VERSION}/contacts`, contactRoutes(options))
    .route(`/communication-preferences/${VERSION}/statuses`, statusRoutes(options))
    .route('/', portalInfoRoutes(options))
    .route('/', submissionRoutes(options))
    .all('*', (c) =>
      isForbidden(c.req.path)
        ? error(c, 500, 'FORBIDDEN_BY_MISSION', 'this must never be called')
        : error(c, 404, 'OBJECT_NOT_FOUND', 'resource not found'),
    );
}

/** Widerruf must never call these: they reach buyer service mail, or subscribe without a person. */
function isForbidden(path: string): boolean {
  return /unsubscribe-all|resubscribe|links\/generate/.test(path);
}
