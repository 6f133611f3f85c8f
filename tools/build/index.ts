export { bundleCli, bundleCore, bundleCredentials, bundleLocal, bundleNodes } from './bundle.ts';
export { layoutOf } from './layout.ts';
export { bundledPackages, licenceNotice } from './licences.ts';
export { loadFailures } from './loadable.ts';
export { manifestDifferences, updateManifest } from './manifest.ts';
