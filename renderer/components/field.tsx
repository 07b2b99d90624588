import { Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  CheckboxButton,
  CheckboxField,
  FieldError,
  Input,
  Label,
  RadioButton,
  RadioField,
  RadioGroup,
  SwitchButton,
  SwitchField,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';
import { Button, IconButton } from './button.tsx';
import * as strings from './strings.ts';

interface FieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly isDisabled?: boolean;
}

function Description({ children }: { readonly children: ReactNode }): ReactNode {
  if (children === undefined || children === null || children === '') return null;
  return (
    <Text slot="description" className="field-description">
      {children}
    </Text>
  );
}

export interface TextInputProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isReadOnly?: boolean;
  readonly errorMessage?: string | undefined;
  readonly inputMode?: 'numeric' | 'url' | 'text';
  readonly code?: boolean;
  readonly lines?: number;
  readonly autoFocus?: boolean;
}

export function TextInput(props: TextInputProps): ReactNode {
  const className = props.code ? 'input input-code' : 'input';
  const placeholder = props.placeholder === undefined ? {} : { placeholder: props.placeholder };
  return (
    <TextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      {...(props.onBlur ? { onBlur: props.onBlur } : {})}
      isDisabled={props.isDisabled ?? false}
      isReadOnly={props.isReadOnly ?? false}
      isRequired={props.isRequired ?? false}
      isInvalid={props.errorMessage !== undefined}
      autoFocus={props.autoFocus ?? false}
      validationBehavior="aria"
      {...(props.inputMode ? { inputMode: props.inputMode } : {})}
    >
      <Label>{props.label}</Label>
      {props.lines ? (
        <TextArea className={className} rows={props.lines} spellCheck="false" {...placeholder} />
      ) : (
        <Input className={className} spellCheck="false" autoComplete="off" {...placeholder} />
      )}
      <Description>{props.description}</Description>
      <FieldError className="field-error">{props.errorMessage}</FieldError>
    </TextField>
  );
}

export interface SecretInputProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
  readonly errorMessage?: string | undefined;
}

export function SecretInput(props: SecretInputProps): ReactNode {
  const [shown, setShown] = useState(false);
  const [clipboard, setClipboard] = useState<'unknown' | 'holds' | 'cleared' | 'refused'>('unknown');
  const clear = async () => {
    try {
      await navigator.clipboard.writeText('');
      setClipboard('cleared');
    } catch {
      setClipboard('refused');
    }
  };
  return (
    <TextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      onPaste={() => setClipboard('holds')}
      type={shown ? 'text' : 'password'}
      isDisabled={props.isDisabled ?? false}
      isInvalid={props.errorMessage !== undefined}
      autoFocus={props.autoFocus ?? false}
      validationBehavior="aria"
    >
      <Label>{props.label}</Label>
      <div className="input-row">
        {/* SECURITY: `new-password` keeps browsers from filling in or storing what belongs in the keychain. */}
        <Input className="input input-code" autoComplete="new-password" spellCheck="false" />
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? strings.hideInput : strings.showInput}
          onPress={() => setShown(!shown)}
          isDisabled={props.value === ''}
        />
      </div>
      {clipboard === 'holds' && (
        <div className="input-row">
          <span className="field-description">{strings.pastedTextStillClipboard}</span>
          <Button small onPress={() => void clear()}>
            {strings.clearClipboard}
          </Button>
        </div>
      )}
      <span role="status" className={clipboard === 'cleared' || clipboard === 'refused' ? 'field-description' : 'for-screen-readers'}>
        {clipboard === 'cleared' && strings.clipboardEmpty}
        {clipboard === 'refused' && strings.clipboardCantClearedHereCopy}
      </span>
      <Description>{props.description}</Description>
      <FieldError className="field-error">{props.errorMessage}</FieldError>
    </TextField>
  );
}

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
}

export function RadioInput({
  label,
  description,
  options,
  value,
  onChange,
  isDisabled = false,
  inline = false,
}: FieldProps & {
  readonly options: readonly Option[];
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  readonly inline?: boolean;
}): ReactNode {
  return (
    <RadioGroup className="field" value={value} onChange={onChange} isDisabled={isDisabled}>
      <Label>{label}</Label>
      <div className={inline ? 'choices choices-inline' : 'choices'}>
        {options.map((option) => (
          <RadioField key={option.id} value={option.id}>
            <RadioButton className="choice">
              <span className="choice-mark choice-mark-round" aria-hidden="true" />
              {option.label}
            </RadioButton>
            <Description>{option.description}</Description>
          </RadioField>
        ))}
      </div>
      <Description>{description}</Description>
    </RadioGroup>
  );
}

export function CheckboxInput({
  label,
  description,
  isSelected,
  onChange,
  isDisabled = false,
}: FieldProps & { readonly isSelected: boolean; readonly onChange: (selected: boolean) => void }): ReactNode {
  return (
    <CheckboxField className="field-check" isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <CheckboxButton className="choice">
        <span className="choice-mark" aria-hidden="true" />
        {label}
      </CheckboxButton>
      <Description>{description}</Description>
    </CheckboxField>
  );
}

export function SwitchInput({
  label,
  description,
  isSelected,
  onChange,
  isDisabled = false,
}: FieldProps & { readonly isSelected: boolean; readonly onChange: (selected: boolean) => void }): ReactNode {
  return (
    <SwitchField className="field" isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <SwitchButton className="choice switch">
        <span className="switch-track" aria-hidden="true" />
        {label}
      </SwitchButton>
      <Description>{description}</Description>
    </SwitchField>
  );
}
