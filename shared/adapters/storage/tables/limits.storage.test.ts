import { useAzurite } from '../../../../test/azurite.ts';
import { describeLimits } from '../../../../test/contracts/limits.ts';
import { createAzuriteFixture } from '../../../../test/contracts/storage-fixture.ts';

describeLimits(createAzuriteFixture(useAzurite()));
