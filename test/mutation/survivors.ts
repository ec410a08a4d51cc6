/**
 * `npm run mutation:survivors`: which mutants that outlived the tests does the type check refuse? `npm test` checks types, too, so such a
 * mutant cannot land either. Prints the others with their places, and the score: detected ÷ all.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Mutant = {
  status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'CompileError' | 'RuntimeError';
  mutatorName: string;
  replacement: string;
  location: { start: Place; end: Place };
};
/** Counted from 1. */
type Place = { line: number; column: number };
type Report = { files: Record<string, { source: string; mutants: Mutant[] }> };

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.stryker', 'types');
const { files } = JSON.parse(readFileSync(join(root, '.stryker', 'mutation.json'), 'utf8')) as Report;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
  compilerOptions: object;
};
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));

let [detected, all] = [0, 0];
for (const [file, { source, mutants }] of Object.entries(files)) {
  for (const mutant of mutants) {
    if (mutant.status === 'Ignored') continue;
    all++;
    if (mutant.status === 'Survived' || mutant.status === 'NoCoverage') {
      const place = `${file}:${mutant.location.start.line}:${mutant.location.start.column}`;
      if (isRefusedByTypes(file, source, mutant)) detected++;
      else process.stdout.write(`${place}  ${mutant.mutatorName}: ${mutant.replacement.replaceAll(/\s+/g, ' ')}\n`);
    } else detected++;
  }
}
process.stdout.write(
  `${detected} of ${all} mutants are found by tests or types: ${((100 * detected) / all).toFixed(1)} %\n`,
);

function isRefusedByTypes(file: string, source: string, { location, replacement }: Mutant): boolean {
  const target = join(folder, file);
  const [start, end] = [offsetOf(source, location.start), offsetOf(source, location.end)];
  writeFileSync(target, source.slice(0, start) + replacement + source.slice(end));
  const { status } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], { stdio: 'ignore' });
  writeFileSync(target, source);
  return status !== 0;
}

function offsetOf(source: string, { line, column }: Place): number {
  const before = source.split('\n').slice(0, line - 1);
  return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
}
