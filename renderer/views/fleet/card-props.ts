import type { DeliverySession } from '../delivery/delivery-dialog.tsx';
import type { Rows } from './grouping.ts';

export interface CardProps {
  readonly rows: Rows;
  readonly openDelivery: (session: DeliverySession) => void;
}
