import type { Template } from './assembly.ts';

/** What a template's references resolve to. */
export type Scope = {
  template: Template;
  parameters: Readonly<Record<string, string>>;
  /** `Ref` of a resource. */
  ref: (logicalId: string) => string;
  attribute: (logicalId: string, name: string) => string;
};

export const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

const PSEUDO: Record<string, string> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'widerruf-local',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/widerruf-local/0`,
};

/** Resolves CloudFormation's intrinsic functions in a template value. @throws on a function that is not known here. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = [], ...more] = Object.entries(value);
  if (name !== undefined && more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return apply(name, argument, scope);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, resolve(inner, scope)] as const)
      .filter(([, inner]) => inner !== undefined),
  );
}

/** Whether a named condition of the template holds. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const expression = scope.template.Conditions?.[name];
  if (expression === undefined) throw new Error(`template: unknown condition ${name}`);
  return resolve(expression, scope) === true;
}

function apply(name: string, argument: unknown, scope: Scope): unknown {
  const list = () => resolve(argument, scope) as unknown[];
  switch (name) {
    case 'Ref':
      return refer(String(argument), scope);
    case 'Fn::GetAtt': {
      const [id, attribute] = Array.isArray(argument) ? argument : String(argument).split(/\.(.*)/s);
      return scope.attribute(String(id), String(attribute));
    }
    case 'Fn::Join': {
      const [separator, parts] = list() as [string, unknown[]];
      return parts.map(String).join(separator);
    }
    case 'Fn::Sub': {
      const [text, variables]: [unknown, Record<string, unknown>] = Array.isArray(argument)
        ? (argument as [string, Record<string, unknown>])
        : [argument, {}];
      return String(text).replace(/\$\{([^}]+)\}/g, (_, key: string) => {
        if (key in variables) return String(resolve(variables[key], scope));
        return key.includes('.') ? String(apply('Fn::GetAtt', key, scope)) : String(refer(key, scope));
      });
    }
    case 'Fn::Select': {
      const [index, items] = list() as [number, unknown[]];
      return items[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = list() as [string, string];
      return text.split(separator);
    }
    case 'Fn::If': {
      const [condition, yes, no] = argument as [string, unknown, unknown];
      return resolve(conditionHolds(condition, scope) ? yes : no, scope);
    }
    case 'Fn::Equals': {
      const [a, b] = list();
      return String(a) === String(b);
    }
    case 'Fn::Not':
      return list()[0] !== true;
    case 'Fn::And':
      return list().every((item) => item === true);
    case 'Fn::Or':
      return list().includes(true);
    case 'Condition':
      return conditionHolds(String(argument), scope);
    default:
      throw new Error(`template: ${name} is not known to the local stack`);
  }
}

function refer(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return undefined;
  if (name in PSEUDO) return PSEUDO[name];
  const parameter = scope.template.Parameters?.[name];
  if (parameter !== undefined) return scope.parameters[name] ?? String(parameter.Default ?? '');
  return scope.ref(name);
}
