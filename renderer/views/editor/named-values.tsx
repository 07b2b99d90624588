import type { ReactNode } from 'react';
import type { NamedValue } from '../../../main/common/integration.ts';
import { useEditor } from './editor-context.tsx';
import { secretAt } from './field-values.ts';
import { RawField } from './raw-field.tsx';
import { SecretField } from './secret-field.tsx';

/** A `val-` entry: what `ref/` fields point to. */
export function NamedValueForm({ value }: { readonly value: NamedValue }): ReactNode {
  const { shown } = useEditor();
  const users = shown.integrations.filter(({ targets }) =>
    targets.some(({ fields }) => fields.some((field) => field.name.startsWith('ref/') && field.value === value.name)),
  );
  return (
    <div className="form">
      <p className="quiet">
        {users.length === 0
          ? 'No integration refers to this value.'
          : `Used by ${users.length === 1 ? 'one integration' : `${users.length} integrations`} through a ref/ field.`}
      </p>
      {secretAt(shown.secrets, value.path) ? (
        <SecretField label="Value" path={value.path} standing />
      ) : (
        <RawField field={{ name: 'Value', path: value.path, value: value.value }} />
      )}
    </div>
  );
}
