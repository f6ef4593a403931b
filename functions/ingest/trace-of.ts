/** The trace of what is handled now, to be spread into what is planned of it; nothing where there is none. */
export function traceOf({ traceparent }: { traceparent: () => string | undefined }): { traceparent?: string } {
  const value = traceparent();
  return value ? { traceparent: value } : {};
}
