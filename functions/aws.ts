/**
 * Settings of every client of AWS: the SDK itself waits for an answer for ever, and an invocation that waits is killed with all that it had
 * done. Milliseconds; the SDK tries three times.
 */
export const AWS_CLIENT = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
};
