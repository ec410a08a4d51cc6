declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** dynalite: DynamoDB's API over LevelDB. `path`: folder to persist to; times in ms. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
