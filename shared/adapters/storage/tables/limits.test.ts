import { describeLimits } from '../../../../test/contracts/limits.ts';
import { createMemoryFixture } from '../../../../test/contracts/storage-fixture.ts';

describeLimits(createMemoryFixture);
