import { storiesOfOptOuts } from './stories-of-opt-outs.ts';
import { storiesOfPeople } from './stories-of-people.ts';
import { storiesOfProof } from './stories-of-proof.ts';
import { storiesOfReturns } from './stories-of-returns.ts';
import type { Story } from './story.ts';

/** The rules of design §1, each as something that happens to one person. */
export const stories: Story[] = [...storiesOfOptOuts, ...storiesOfReturns, ...storiesOfProof, ...storiesOfPeople];
