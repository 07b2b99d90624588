import * as dbus from '@jellybrick/dbus-next';

/** `configureMembers` sets members on the prototype, and the library's own constructor hides them there again. */
export class BusObject extends dbus.interface.Interface {
  constructor(name: string) {
    super(name);
    delete this.$properties;
    delete this.$methods;
    delete this.$signals;
  }
}
