import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button, IconButton } from './button.tsx';
import * as strings from './strings.ts';

export function Dialog({
  title,
  children,
  footer,
  onClose,
  size = 'medium',
  alert = false,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  /** `side`: a panel at the right edge. */
  readonly size?: 'small' | 'medium' | 'large' | 'side';
  readonly alert?: boolean;
}): ReactNode {
  return (
    <ModalOverlay
      className={`overlay overlay-${size}`}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={!alert}
    >
      <Modal className={`modal modal-${size}`}>
        <AriaDialog className="dialog" role={alert ? 'alertdialog' : 'dialog'}>
          <header className="dialog-header">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon={X} label={strings.close} onPress={onClose} />
          </header>
          <div className="dialog-body">{children}</div>
          {footer && <footer className="dialog-footer">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function Question({
  title,
  children,
  confirm,
  danger = false,
  onConfirm,
  onClose,
  cancel = strings.cancel,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly cancel?: string;
}): ReactNode {
  return (
    <Dialog
      title={title}
      size="small"
      alert
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose} autoFocus>
            {cancel}
          </Button>
          <Button kind={danger ? 'danger' : 'primary'} onPress={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
