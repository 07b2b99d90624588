import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import type { CardProps } from './card-props.ts';
import { ClusterCard } from './cluster-card.tsx';
import type { Rows } from './grouping.ts';

// With a thousand clusters, a distant card shows only its name until it comes near.

/** Rendered in full from the start. */
const FIRST = 40;
const MARGIN = '1500px 0px';

export function CardList({
  clusters,
  rows,
  before,
  seen,
  openDelivery,
}: {
  readonly clusters: readonly Cluster[];
  readonly rows: ReadonlyMap<string, Rows>;
  readonly before: number;
  /** Contexts that stay rendered when they move to another list. */
  readonly seen: Set<string>;
  readonly openDelivery: CardProps['openDelivery'];
}): ReactNode {
  return (
    <ul className="cards">
      {clusters.map((cluster, index) => (
        <ListedCard
          key={cluster.context}
          cluster={cluster}
          rows={rows.get(cluster.context) ?? NONE}
          whole={before + index < FIRST}
          seen={seen}
          openDelivery={openDelivery}
        />
      ))}
    </ul>
  );
}

const NONE: Rows = new Map();
/** Last known heights in pixels, to restore the scroll position at any width. */
const heights = new Map<string, number>();

const ListedCard = memo(function ListedCard({
  cluster,
  rows,
  whole,
  seen,
  openDelivery,
}: CardProps & { readonly cluster: Cluster; readonly whole: boolean; readonly seen: Set<string> }): ReactNode {
  const item = useRef<HTMLLIElement>(null);
  const { context } = cluster;
  const [near, setNear] = useState(whole || seen.has(context));
  const shown = near || whole;
  useEffect(() => {
    if (shown) seen.add(context);
    else if (item.current) return whenNear(item.current, () => setNear(true));
    return undefined;
  }, [shown, context, seen]);
  useLayoutEffect(
    () => () => {
      if (item.current && seen.has(context)) heights.set(context, item.current.getBoundingClientRect().height);
    },
    [context, seen],
  );
  if (shown) {
    return (
      <li ref={item}>
        <ClusterCard cluster={cluster} rows={rows} openDelivery={openDelivery} />
      </li>
    );
  }
  return (
    <li ref={item} className="card" style={{ minBlockSize: `${heights.get(context) ?? heightOf(cluster)}px` }}>
      <h3>{cluster.marks?.alias ?? context}</h3>
    </li>
  );
});

function heightOf({ configMaps, problem }: Cluster): number {
  const maps = configMaps.map(({ integrations }) => 84 + 48 * integrations.length);
  return 50 + (problem === null ? 0 : 70) + maps.reduce((sum, height) => sum + height, 0);
}

const waiting = new Map<Element, () => void>();
let observer: IntersectionObserver | undefined;

function whenNear(element: Element, call: () => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) waiting.get(target)?.();
    },
    { rootMargin: MARGIN },
  );
  const watching = observer;
  waiting.set(element, call);
  watching.observe(element);
  return () => {
    waiting.delete(element);
    watching.unobserve(element);
  };
}
