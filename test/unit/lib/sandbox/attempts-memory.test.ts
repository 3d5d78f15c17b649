import { createAttemptsMemory } from '../../../../lib/sandbox/attempts-memory.ts';
import { describeAttemptStore } from '../../../support/describe-attempt-store.ts';

describeAttemptStore('the attempt store of the sandbox', createAttemptsMemory);
