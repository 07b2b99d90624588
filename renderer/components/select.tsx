import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
} from 'react-aria-components';
import type { Option } from './field.tsx';
import * as strings from './strings.ts';

function OptionItem({ option }: { readonly option: Option }): ReactNode {
  return (
    <ListBoxItem id={option.id} textValue={option.label} className="option">
      <Check className="icon option-check" aria-hidden="true" />
      <span className="option-text">
        <Text slot="label">{option.label}</Text>
        {option.description !== undefined && (
          <Text slot="description" className="option-description">
            {option.description}
          </Text>
        )}
      </span>
    </ListBoxItem>
  );
}

export function SelectInput({
  label,
  description,
  options,
  value,
  onChange,
  placeholder,
  chosen,
  isDisabled = false,
}: {
  readonly label: string;
  readonly description?: ReactNode;
  readonly options: readonly Option[];
  readonly value: string | null;
  /** How the chosen option looks; absent: its label. */
  readonly chosen?: ReactNode;
  readonly onChange: (id: string) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
}): ReactNode {
  return (
    <Select
      className="field"
      value={value}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      isDisabled={isDisabled}
      {...(placeholder === undefined ? {} : { placeholder })}
    >
      <Label>{label}</Label>
      <AriaButton className="input select-button">
        <SelectValue className="select-value">
          {({ selectedText, isPlaceholder, defaultChildren }) => (isPlaceholder ? defaultChildren : (chosen ?? selectedText))}
        </SelectValue>
        <ChevronDown className="icon" aria-hidden="true" />
      </AriaButton>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <Popover className="popover">
        <ListBox className="options" items={options}>
          {(option) => <OptionItem option={option} />}
        </ListBox>
      </Popover>
    </Select>
  );
}

export function ComboInput({
  label,
  description,
  options,
  value,
  onChange,
  onCommit,
  errorMessage,
  placeholder,
  isDisabled = false,
}: {
  readonly label: string;
  readonly description?: ReactNode;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** A suggestion was taken, Enter was pressed, or the field was left. */
  readonly onCommit?: (text: string) => void;
  readonly errorMessage?: string | undefined;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
}): ReactNode {
  return (
    <ComboBox
      className="field"
      inputValue={value}
      onInputChange={onChange}
      onChange={(key) => {
        if (key !== null) onCommit?.(String(key));
      }}
      onBlur={() => onCommit?.(value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onCommit?.(value);
      }}
      allowsCustomValue
      defaultFilter={(text, input) => matches(options, text, input)}
      isDisabled={isDisabled}
      isInvalid={errorMessage !== undefined}
      validationBehavior="aria"
      menuTrigger="focus"
    >
      <Label>{label}</Label>
      <div className="input-row">
        <Input className="input input-code" spellCheck="false" {...(placeholder === undefined ? {} : { placeholder })} />
        <AriaButton className="button button-quiet button-icon" aria-label={strings.suggestionsFor(label)}>
          <ChevronDown className="icon" aria-hidden="true" />
        </AriaButton>
      </div>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{errorMessage}</FieldError>
      <Popover className="popover">
        <ListBox className="options" items={options}>
          {(option) => <OptionItem option={option} />}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

function matches(options: readonly Option[], text: string, input: string): boolean {
  const wanted = input.trim().toLowerCase();
  if (options.some((option) => option.label.toLowerCase() === wanted)) return true;
  const option = options.find((candidate) => candidate.label === text);
  return `${text} ${option?.description ?? ''}`.toLowerCase().includes(wanted);
}
