import { ensureBuilt } from '../../scripts/bootstrap.mjs';

/**
 * Vitest calls it once, before all tests: the thread for long texts is the built one. A thread that starts from its
 * source strips types with WebAssembly, and V8 13.6 can crash where several threads did (SIGSEGV in
 * `NativeModule::FreeCode`, called by `Runtime_TierUpWasmToJSWrapper`).
 */
export default ensureBuilt;
