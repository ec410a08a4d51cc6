import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Template = {
  Parameters?: Record<string, { Type: string; Default?: string | number }>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown>; Condition?: string }>;
  Outputs?: Record<string, { Value: unknown }>;
};

/** A synthesized stack: its template, and the folder in which its assets lie as `asset.<hash>`. */
export type Assembly = { folder: string; template: Template };

const ROOT = join(import.meta.dirname, '..', '..');

/** Synthesizes the CDK app as `cdk synth` would, without the CDK's command line. `context` as given by `-c`. */
export async function synthesize(folder: string, context: Record<string, string> = {}): Promise<Assembly> {
  const { context: flags } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const child = spawn(process.execPath, [join(ROOT, 'infra', 'app.ts')], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`synthesis failed:\n${messageOf(output)}`);
  return readAssembly(folder);
}

/** Reads an assembly that was synthesized before. @throws when it holds no stack, or more than one. */
export function readAssembly(folder: string): Assembly {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>;
  };
  const stacks = Object.values(manifest.artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  const file = stacks[0]?.properties?.templateFile;
  if (stacks.length !== 1 || file === undefined)
    throw new Error(`${folder}: expected one stack, found ${stacks.length}`);
  return { folder, template: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template };
}

/** What a person needs of a failed synthesis: the error's own message, without Node's frame and stack. */
function messageOf(output: string): string {
  const error = /^(?:\w*Error|Error): ([\s\S]*?)(?:\n {4}at |\n\n|$)/m.exec(output);
  return error?.[1] ?? output;
}
