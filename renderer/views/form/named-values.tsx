import type { ReactNode } from 'react';
import type { NamedValue } from '../../../main/common/integration/reading/integration.ts';
import { useEditor } from '../draft/editor-context.tsx';
import { secretAt } from './field-values.ts';
import { RawField } from './raw-field.tsx';
import { SecretField } from './secret-field.tsx';
import * as strings from './strings.ts';

export function NamedValueForm({ values }: { readonly values: readonly NamedValue[] }): ReactNode {
  return (
    <div className="form">
      {values.map((value) => (
        <NamedValueField key={value.name} value={value} label={values.length === 1 ? strings.value : value.name} />
      ))}
    </div>
  );
}

function NamedValueField({ value, label }: { readonly value: NamedValue; readonly label: string }): ReactNode {
  const { shown } = useEditor();
  const users = shown.integrations.filter(({ targets }) =>
    targets.some(({ fields }) => fields.some((field) => field.name.startsWith('ref/') && field.value === value.name)),
  );
  return (
    <>
      <p className="quiet">
        {users.length === 0
          ? strings.noIntegrationRefers(value.name)
          : strings.usedThroughRefField(value.name, users.length === 1 ? strings.oneIntegration : strings.countIntegrations(users.length))}
      </p>
      {secretAt(shown.secrets, value.path) ? (
        <SecretField label={label} path={value.path} isSet />
      ) : (
        <RawField field={{ name: label, path: value.path, value: value.value }} />
      )}
    </>
  );
}
