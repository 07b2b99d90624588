import { ArrowDown, ArrowUp, Copy, Plus, Send, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import { type FieldDescription, TARGET_LABELS } from '../../../main/common/integration/reading/field-table.ts';
import type { Edit, Integration, Target } from '../../../main/common/integration/reading/integration.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Question } from '../../components/dialog.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { targetTitle } from '../words.ts';
import { CoralogixAddress, PresetChip, useTargetPreset } from './coralogix-fields.tsx';
import { FieldControl } from './field-control.tsx';
import { type Control, targetControls, uncontrolled } from './field-values.ts';
import { RawField } from './raw-field.tsx';
import * as strings from './strings.ts';

export interface TargetFormProps {
  readonly integration: Integration;
  readonly target: Target;
  readonly position: number;
  readonly unsaved: boolean;
  readonly test: (target: number | undefined, title: string) => void;
}

/** Where it sends, and how much. */
export function TargetForm({ integration, target, position, unsaved, test }: TargetFormProps): ReactNode {
  const { type, targets } = integration;
  const several = targets.length > 1;
  const title = several ? strings.targetNumber(position + 1) : strings.target;
  const controls = targetControls(integration, target);
  const kind = controls.filter(({ description }) => description.name === 'target-type');
  const limits = controls.filter(({ description }) => LIMITS.has(description.name));
  const own = controls.filter((control) => !kind.includes(control) && !limits.includes(control));
  const others = uncontrolled(target.fields, integration);
  const field = (control: Control) => (
    <div key={control.description.name} className={isWide(control.description) ? 'wide' : 'narrow'}>
      <FieldControl {...control} integration={integration} target={target} />
    </div>
  );
  const testTitle = strings.nameTextToTarget(integration.name ?? typeTitle(type), targetTitle(target.type), unsaved ? strings.unsaved : '');
  const limitsTitle = several ? strings.limitsOf(position + 1, targets.length) : strings.limits;
  return (
    <>
      <section className="form-section" aria-label={title}>
        <header className="form-section-header">
          <h3>{several ? strings.whereOf(position + 1, targets.length) : strings.where}</h3>
          {target.type === 'http-api' && (
            <Button small icon={Send} data-shortcut="t" onPress={() => test(target.index ?? undefined, testTitle)}>
              {unsaved ? strings.testUnsaved : strings.testDelivery}
            </Button>
          )}
          <TargetActions integration={integration} position={position} title={title} />
        </header>
        <div className="fields">
          {kind.map(field)}
          {target.type === 'http-api' ? <PresetChip integration={integration} target={target} /> : own.map(field)}
        </div>
        {target.type === 'http-api' && (
          <Custom integration={integration} target={target} controls={own}>
            <CoralogixAddress integration={integration} target={target} />
            <div className="fields">{own.map(field)}</div>
          </Custom>
        )}
        {others.length > 0 && (
          <div className="fields">
            {others.map((other) => (
              <RawField key={other.path.join('/')} field={other} removable />
            ))}
          </div>
        )}
      </section>
      <section className="form-section" aria-label={limitsTitle}>
        <h3>{limitsTitle}</h3>
        <div className="fields">{limits.map(field)}</div>
      </section>
    </>
  );
}

const LIMITS: ReadonlySet<string> = new Set(['stopped', 'rate-limit']);

/** What a preset says is folded away, unless something in it needs a look. */
function Custom({
  integration,
  target,
  controls,
  children,
}: {
  readonly integration: Integration;
  readonly target: Target;
  readonly controls: readonly Control[];
  readonly children: ReactNode;
}): ReactNode {
  const { problemsAt } = useEditor();
  const preset = useTargetPreset({ integration, target });
  const [chosen, setChosen] = useState<boolean | null>(null);
  const needsLook = controls.some(({ path }) => problemsAt(path).some(({ severity }) => severity !== 'note'));
  const open = chosen ?? (preset === null || needsLook);
  return (
    <details
      className="custom"
      open={open}
      // It doesn't close under someone's hands.
      onFocus={(event) => {
        if (event.target.tagName !== 'SUMMARY' && chosen === null) setChosen(true);
      }}
      onToggle={(event) => {
        const now = event.currentTarget.open;
        if (now !== open) setChosen(now);
      }}
    >
      <summary>{strings.custom}</summary>
      <div className="custom-fields">{children}</div>
    </details>
  );
}

function isWide({ input }: FieldDescription): boolean {
  return input === 'url' || input === 'secret';
}

function TargetActions({
  integration,
  position,
  title,
}: {
  readonly integration: Integration;
  readonly position: number;
  readonly title: string;
}): ReactNode {
  const { edit } = useEditor();
  const [removing, setRemoving] = useState(false);
  const { index, targets } = integration;
  const make = (change: Edit) => edit([change], { structural: true });
  return (
    <div className="list-actions">
      {targets.length > 1 && (
        <>
          <IconButton
            icon={ArrowUp}
            label={strings.moveUp(title)}
            isDisabled={position === 0}
            onPress={() => make({ op: 'moveTarget', integration: index, from: position, to: position - 1 })}
          />
          <IconButton
            icon={ArrowDown}
            label={strings.moveDown(title)}
            isDisabled={position === targets.length - 1}
            onPress={() => make({ op: 'moveTarget', integration: index, from: position, to: position + 1 })}
          />
        </>
      )}
      <IconButton
        icon={Copy}
        label={strings.duplicateTitle(title)}
        onPress={() => make({ op: 'duplicate', integration: index, target: position })}
      />
      <IconButton icon={Trash2} label={strings.removeTitle(title)} onPress={() => setRemoving(true)} />
      {removing && (
        <Question
          title={strings.remove(title)}
          confirm={strings.removeLabel}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            make({ op: 'remove', path: [index, 'target', ...(targets.length > 1 ? [position] : [])] });
          }}
        >
          <p>{strings.removesTargetCommentsKeyNothing}</p>
        </Question>
      )}
    </div>
  );
}

export function AddTarget({ integration }: { readonly integration: Integration }): ReactNode {
  const { edit } = useEditor();
  return (
    <div>
      <MenuTrigger>
        <Button small icon={Plus}>
          {integration.targets.length === 0 ? strings.addTarget : strings.addAnotherTarget}
        </Button>
        <Popover className="popover">
          <Menu
            className="options"
            aria-label={strings.typeNewTarget}
            onAction={(type) => edit([{ op: 'addTarget', integration: integration.index, type: String(type) }], { structural: true })}
          >
            {Object.entries(TARGET_LABELS).map(([type, label]) => (
              <MenuItem key={type} id={type} className="option">
                {label}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
