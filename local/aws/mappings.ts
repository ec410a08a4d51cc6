import { nameOfFunction, ofType, type Resource } from './resources.ts';

/** Environments per function when nothing in the template bounds them. */
export const MAX_ENVIRONMENTS = 10;

/** Properties of AWS::Lambda::EventSourceMapping. */
export type Mapping = {
  EventSourceArn: string;
  /** Without the alias. */
  FunctionName: string;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
};

/** Which queues set which functions going. */
export function mappingsOf(resources: readonly Resource[]): Mapping[] {
  return ofType(resources, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => {
    const mapping = properties as Mapping;
    return { ...mapping, FunctionName: nameOfFunction(mapping.FunctionName) };
  });
}
