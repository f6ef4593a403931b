import { useAzurite } from '../../../../test/azurite.ts';
import { describeLimits } from '../../../../test/contracts/limits.ts';
import { createAzuriteWorld } from '../../../../test/contracts/world.ts';

describeLimits(createAzuriteWorld(useAzurite()));
