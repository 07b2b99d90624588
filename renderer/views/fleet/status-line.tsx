import { memo, type ReactNode, useMemo } from 'react';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { BadgeMark } from '../../components/badge.tsx';
import { useNow } from '../../state/app.tsx';
import { type RowFilter, statusOf } from './status.ts';
import * as strings from './strings.ts';
import type { TableRow } from './table-rows.ts';

/** Whether audit data is delivered, and the filters that have something to show. */
export const StatusLine = memo(function StatusLine({
  clusters,
  rows,
  filter,
  onFilter,
  withHidden,
  onHidden,
}: {
  readonly clusters: readonly Cluster[];
  readonly rows: readonly TableRow[];
  readonly filter: RowFilter | null;
  readonly onFilter: (filter: RowFilter | null) => void;
  readonly withHidden: boolean;
  readonly onHidden: (shown: boolean) => void;
}): ReactNode {
  const now = useNow();
  const status = useMemo(() => {
    const visible = rows.filter(({ cluster }) => cluster.marks?.hidden !== true);
    return statusOf(clusters, visible, now);
  }, [clusters, rows, now]);
  const hidden = clusters.filter(({ marks }) => marks?.hidden === true).length;
  return (
    <section className="fleet-status" aria-label={strings.status}>
      <h2>{status.sentence}</h2>
      <div className="chips">
        {status.chips.map((chip) => (
          <button
            key={chip.filter}
            type="button"
            className={`chip tone-${chip.tone}`}
            aria-pressed={filter === chip.filter}
            title={filter === chip.filter ? strings.showAllRows : strings.showOnlyThese}
            onClick={() => onFilter(filter === chip.filter ? null : chip.filter)}
          >
            <BadgeMark icon={chip.icon} />
            {chip.words}
          </button>
        ))}
        {filter !== null && (
          <button type="button" className="text-button" onClick={() => onFilter(null)}>
            {strings.showAll}
          </button>
        )}
        {hidden > 0 && (
          <button type="button" className="chip tone-quiet" aria-pressed={withHidden} onClick={() => onHidden(!withHidden)}>
            {strings.hiddenCountHidden(hidden)}
          </button>
        )}
      </div>
    </section>
  );
});
