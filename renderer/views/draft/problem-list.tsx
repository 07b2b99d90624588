import type { ReactNode } from 'react';
import type { Edit, Problem } from '../../../main/common/integration/reading/integration.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { SEVERITY_LOOK } from '../words.ts';
import { useEditor } from './editor-context.tsx';
import * as strings from './strings.ts';

export function ProblemList({ problems, place = true }: { readonly problems: readonly Problem[]; readonly place?: boolean }): ReactNode {
  const { edit } = useEditor();
  if (problems.length === 0) return null;
  return (
    <ul className="problems">
      {problems.map((problem) => (
        <li key={`${problem.rule}:${problem.line}:${problem.column}`} className={`problem tone-${SEVERITY_LOOK[problem.severity].tone}`}>
          <Badge plain look={SEVERITY_LOOK[problem.severity]} />
          <span>
            {problem.message}
            {place && <span className="quiet">{strings.lineLine(problem.line)}</span>}
          </span>
          {problem.fix && <FixButton fix={problem.fix} apply={(edits) => edit(edits, { structural: true })} />}
        </li>
      ))}
    </ul>
  );
}

function FixButton({
  fix,
  apply,
}: {
  readonly fix: NonNullable<Problem['fix']>;
  readonly apply: (edits: readonly Edit[]) => void;
}): ReactNode {
  return (
    <Button small data-shortcut="f" onPress={() => apply(fix.edits)}>
      {fix.label}
    </Button>
  );
}
