import { ArrowDown, ArrowUp, Copy, FileQuestion, KeyRound, type LucideIcon, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import { type IntegrationType, TYPE_LABELS } from '../../../main/common/integration/reading/field-table.ts';
import { newIntegration } from '../../../main/common/integration/reading/fields.ts';
import type { Field, Integration, NamedValue } from '../../../main/common/integration/reading/integration.ts';
import { Badge } from '../../components/badge.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { Question } from '../../components/dialog.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { INTEGRATION_LOOK, SEVERITY_LOOK, targetTitle } from '../words.ts';
import * as strings from './strings.ts';

export function IntegrationList({
  selected,
  select,
  moving,
  onAdd,
}: {
  readonly selected: number;
  readonly select: (index: number) => void;
  readonly moving: boolean;
  readonly onAdd: () => void;
}): ReactNode {
  const { shown } = useEditor();
  return (
    <nav className="integration-list" aria-label={strings.integrations}>
      <AddMenu moving={moving} onAdd={onAdd} />
      <ul>
        {shown.integrations.map((integration, position) => (
          <IntegrationItem
            key={integration.index}
            integration={integration}
            above={shown.integrations[position - 1]?.index}
            below={shown.integrations[position + 1]?.index}
            current={integration.index === selected}
            select={select}
            moving={moving}
          />
        ))}
      </ul>
      <PlainEntries title={strings.values} icon={KeyRound} entries={valueEntries(shown.values)} selected={selected} select={select} />
      <PlainEntries
        title={strings.otherEntries}
        icon={FileQuestion}
        entries={shown.others.map((entry) => ({ index: Number(entry.path[0]), title: otherTitle(entry) }))}
        selected={selected}
        select={select}
      />
    </nav>
  );
}

interface PlainEntry {
  readonly index: number;
  readonly title: string;
}

/** One entry can hold several values. */
function valueEntries(values: readonly NamedValue[]): readonly PlainEntry[] {
  const names = new Map<number, string[]>();
  for (const { index, name } of values) names.set(index, [...(names.get(index) ?? []), name]);
  return [...names].map(([index, held]) => ({ index, title: held.join(', ') }));
}

export function otherTitle({ path }: Field): string {
  return strings.entryNumber(Number(path[0]) + 1);
}

function PlainEntries({
  title,
  icon: Icon,
  entries,
  selected,
  select,
}: {
  readonly title: string;
  readonly icon: LucideIcon;
  readonly entries: readonly PlainEntry[];
  readonly selected: number;
  readonly select: (index: number) => void;
}): ReactNode {
  if (entries.length === 0) return null;
  return (
    <>
      <h2 className="list-title">{title}</h2>
      <ul>
        {entries.map((entry) => (
          <li key={entry.index} className={entry.index === selected ? 'list-item current' : 'list-item'}>
            <button
              type="button"
              className="list-button"
              {...(entry.index === selected ? { 'aria-current': 'true' as const } : {})}
              onClick={() => select(entry.index)}
            >
              <Icon className="icon" aria-hidden="true" />
              <span className="code">{entry.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function AddMenu({ moving, onAdd }: { readonly moving: boolean; readonly onAdd: () => void }): ReactNode {
  const { shown, edit } = useEditor();
  const add = (type: IntegrationType) => {
    if (moving) return;
    onAdd();
    const last = [...shown.integrations, ...shown.values].reduce((most, { index }) => Math.max(most, index), -1);
    edit([{ op: 'insert', index: last + 1, value: newIntegration(type, 'http-api') }], { structural: true });
  };
  return (
    <MenuTrigger>
      <Button icon={Plus} data-shortcut="a">
        {strings.addIntegration}
      </Button>
      <Popover className="popover">
        <Menu className="options" onAction={(key) => add(key as IntegrationType)}>
          {Object.entries(TYPE_LABELS).map(([type, label]) => (
            <MenuItem key={type} id={type} className="option">
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function IntegrationItem({
  integration,
  above,
  below,
  current,
  select,
  moving,
}: {
  readonly integration: Integration;
  readonly above: number | undefined;
  readonly below: number | undefined;
  readonly current: boolean;
  readonly select: (index: number) => void;
  readonly moving: boolean;
}): ReactNode {
  const { shown, edit: editNow } = useEditor();
  // No edits while positions change. Buttons stay enabled to keep the focus.
  const edit: typeof editNow = (...step) => {
    if (!moving) editNow(...step);
  };
  const [removing, setRemoving] = useState(false);
  const { index } = integration;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) item.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const title = integration.name ?? typeTitle(integration.type);
  const problems = shown.problems.filter(({ path, severity }) => path?.[0] === index && severity !== 'note');
  const worst = problems.find(({ severity }) => severity === 'error') ?? problems[0];

  return (
    <li ref={item} className={current ? 'list-item current' : 'list-item'}>
      <button type="button" className="list-button" {...(current ? { 'aria-current': 'true' as const } : {})} onClick={() => select(index)}>
        <span className="list-text">
          <span className="integration-type">{typeTitle(integration.type)}</span>
          {integration.name !== undefined && <span className="quiet">{integration.name}</span>}
          <span className="quiet">{integration.targets.map((target) => targetTitle(target.type)).join(', ') || strings.noTarget}</span>
        </span>
        <span className="list-states">
          <Badge
            plain
            look={
              worst?.severity === 'error' ? { ...INTEGRATION_LOOK[integration.state], tone: 'quiet' } : INTEGRATION_LOOK[integration.state]
            }
          />
          {worst && <Badge plain look={SEVERITY_LOOK[worst.severity]} />}
        </span>
      </button>
      {current && (
        <div className="list-actions">
          <IconButton
            icon={ArrowUp}
            label={strings.moveUp(title)}
            isDisabled={above === undefined}
            onPress={() => above !== undefined && edit([{ op: 'move', from: index, to: above }], { structural: true })}
          />
          <IconButton
            icon={ArrowDown}
            label={strings.moveDown(title)}
            isDisabled={below === undefined}
            onPress={() => below !== undefined && edit([{ op: 'move', from: index, to: below }], { structural: true })}
          />
          <IconButton
            icon={Copy}
            label={strings.duplicateTitle(title)}
            onPress={() => edit([{ op: 'duplicate', integration: index }], { structural: true })}
          />
          <IconButton icon={Trash2} label={strings.removeTitle(title)} onPress={() => setRemoving(true)} />
        </div>
      )}
      {removing && (
        <Question
          title={strings.remove(title)}
          confirm={strings.removeLabel}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            edit([{ op: 'remove', path: [index] }], { structural: true });
          }}
        >
          <p>{strings.removesEntryCommentsKeyNothing}</p>
        </Question>
      )}
    </li>
  );
}
