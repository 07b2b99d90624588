// Follows a path in the source, and refuses an edit that would affect other places.

import { pathText, Refused } from './proof.ts';
import * as strings from './strings.ts';
import { isMerge, keyName, type MapNode, resolved, type SequenceNode, type SourceNode } from './tree.ts';
import type { Path } from './value.ts';

export interface Place {
  readonly node: SourceNode;
  readonly path: Path;
  readonly parent: MapNode | SequenceNode | undefined;
  readonly position: number;
  readonly flow: boolean;
}

export interface Walk {
  readonly place: Place;
  readonly missing: Path;
}

function mergedFields(map: MapNode): Set<string> {
  const names = new Set<string>();
  for (const pair of map.pairs) {
    if (!isMerge(pair)) continue;
    const merged = resolved(pair.value);
    for (const part of merged.kind === 'sequence' ? merged.items : [merged]) {
      const from = resolved(part);
      if (from.kind === 'map') for (const own of from.pairs) names.add(keyName(own) ?? '');
    }
  }
  return names;
}

/** Throws Refused if the edit would affect other places. */
export function walk(root: SourceNode, path: Path): Walk {
  let place: Place = { node: root, path: [], parent: undefined, position: 0, flow: false };
  for (const [at, step] of path.entries()) {
    const { node } = place;
    const here = pathText(path.slice(0, at)) || strings.theDocument;
    if (node.kind === 'alias') throw new Refused(strings.aliasStandsWhatHoldsElsewhere(here, node.name));
    if (node.kind === 'scalar') {
      if (node.value === null) return { place, missing: path.slice(at) };
      throw new Refused(strings.holdsSingleValueSoThere(here, pathText([step])));
    }
    if (node.kind === 'sequence') {
      if (typeof step !== 'number' || !Number.isInteger(step) || step < 0)
        throw new Refused(strings.listSoIsntPosition(here, String(step)));
      if (step > node.items.length) throw new Refused(strings.itemsSoThereNoPosition(here, node.items.length, step));
      const item = node.items[step];
      if (item === undefined) return { place, missing: path.slice(at) };
      place = { node: item, path: path.slice(0, at + 1), parent: node, position: step, flow: place.flow || node.flow };
      continue;
    }
    if (typeof step !== 'string') throw new Refused(strings.mapSoFieldsNoPosition(here, step));
    if (step === '<<' && node.pairs.some(isMerge)) throw new Refused(strings.mergesAnotherMapChangeText(here));
    const positions = node.pairs.flatMap((pair, position) => (keyName(pair) === step ? [position] : []));
    if (positions.length > 1) throw new Refused(strings.occursTimesRemoveAllBut(step, positions.length, here));
    const position = positions[0];
    const pair = position === undefined ? undefined : node.pairs[position];
    if (position === undefined || pair === undefined) {
      if (mergedFields(node).has(step)) throw new Refused(strings.comesIntoThroughMergeKey(step, here));
      return { place, missing: path.slice(at) };
    }
    place = { node: pair.value, path: path.slice(0, at + 1), parent: node, position, flow: place.flow || node.flow };
  }
  return { place, missing: [] };
}
