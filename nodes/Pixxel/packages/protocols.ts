import type { RetryPolicy } from '../api/retryPolicy';
import type { ItemRun } from '../item/perItem';

const send = async ({ pixxel, request }: ItemRun, policy: RetryPolicy) => await pixxel.call(request, policy);

/** The declared PUT, sent again and again: it changes nothing, and the API has no other way to ask how far a package is. */
export const repeatedPut = { request: send, poll: send };
