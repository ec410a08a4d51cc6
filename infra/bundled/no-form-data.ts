/**
 * Stands for the package `form-data` in the bundles. HubSpot's client loads that package, with a list of all media types, for requests
 * with a file; ours hold JSON only.
 */
export default class FormData {
  constructor() {
    throw new Error('requests with files are not bundled: infra/bundling.ts');
  }
}
