import { Maximize2, X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { referenceKey } from '../../../main/common/reference.ts';
import { Badge } from '../../components/badge.tsx';
import { useApp } from '../../state/app.tsx';
import { formatRoute, type PanelPlace } from '../../state/router.ts';
import { Age } from '../age.tsx';
import { ClusterName } from '../cluster-name.tsx';
import { Opening } from '../editor/opening.tsx';
import { DELIVERY_LOOK, INTEGRATION_LOOK, UNTESTED_LOOK } from '../words.ts';
import { PanelEditor } from './panel-editor.tsx';
import type { PanelRow } from './row.ts';
import * as strings from './strings.ts';

export interface PanelProps {
  readonly place: PanelPlace;
  /** undefined: the table no longer has it. */
  readonly row: PanelRow | undefined;
  readonly close: () => void;
  /** Updates a preset's key wherever an older one is. */
  readonly rollOut: (preset: string) => void;
}

/** One integration next to the table. Its edits are those of the ConfigMap's page. */
export function Panel({ place, row, close, rollOut }: PanelProps): ReactNode {
  const { router } = useApp();
  const { ref, integration, target } = place;
  const heading = useId();
  const title = row ? strings.instanceWhat(row.configMap.instance, row.what) : ref.name;
  const page = { view: 'configMap' as const, ref, ...(integration === undefined ? {} : { integration }) };
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (integration !== undefined || target !== undefined) content.current?.scrollTo(0, 0);
  }, [integration, target]);
  return (
    <aside className="panel" aria-labelledby={heading}>
      <header className="panel-header">
        <h2 id={heading} tabIndex={-1}>
          {title}
        </h2>
        <a
          className="button button-quiet button-icon"
          href={formatRoute(page)}
          aria-label={strings.openPage}
          title={strings.openPageE}
          onClick={(event) => {
            event.preventDefault();
            router.navigate(page);
          }}
        >
          <Maximize2 className="icon" aria-hidden="true" />
        </a>
        <button
          type="button"
          className="button button-quiet button-icon"
          aria-label={strings.close}
          title={strings.closeEscape}
          onClick={close}
        >
          <X className="icon" aria-hidden="true" />
        </button>
        <p className="facts">
          <ClusterName context={ref.context} />
          <span className="code" title={`${ref.namespace}/${ref.name}`}>
            {`${ref.namespace}/${ref.name}`}
          </span>
          {row && <State row={row} />}
        </p>
      </header>
      <Opening
        key={referenceKey(ref)}
        configMap={ref}
        carry
        frame={(state) => (
          <div className="panel-body" ref={content}>
            {state}
          </div>
        )}
      >
        {(opened) => (
          <PanelEditor
            key={opened.view.uid}
            opened={opened}
            place={place}
            row={row}
            heading={heading}
            content={content}
            rollOut={rollOut}
          />
        )}
      </Opening>
    </aside>
  );
}

function State({ row: { state, test, report } }: { readonly row: PanelRow }): ReactNode {
  if (state === 'none') return null;
  if (state !== 'active') return <Badge plain look={INTEGRATION_LOOK[state]} />;
  if (test === undefined) return null;
  if (report === undefined) return <Badge plain look={UNTESTED_LOOK} />;
  return (
    <span className="delivery">
      <Badge plain look={DELIVERY_LOOK[report.outcome]} />
      <span className="quiet">
        <Age of={report.startedAt} />
      </span>
    </span>
  );
}
