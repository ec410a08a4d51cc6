import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** AWS Secrets Manager's GetSecretValue, which is all that the functions ask of it. */
export type SecretService = { endpoint: string; stop(): Promise<void> };

export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** `read` gives a secret's text by ARN and version, or undefined. */
export async function startSecrets(
  read: (arn: string, version: VersionStage) => string | undefined,
): Promise<SecretService> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const answer = (status: number, content: object) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
      };
      if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') {
        answer(400, { __type: 'UnknownOperationException' });
        return;
      }
      const { SecretId, VersionStage = 'AWSCURRENT' } = JSON.parse(body) as {
        SecretId: string;
        VersionStage?: VersionStage;
      };
      const text = read(SecretId, VersionStage);
      if (text === undefined) answer(400, { __type: 'ResourceNotFoundException', Message: 'no such secret' });
      else
        answer(200, {
          ARN: SecretId,
          Name: SecretId,
          SecretString: text,
          VersionId: 'local',
          VersionStages: [VersionStage],
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
