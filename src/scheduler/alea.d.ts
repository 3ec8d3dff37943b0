/** The one generator of the package that is used, without what the others need of Node. */
declare module "seedrandom/lib/alea.js" {
  import type seedrandom from "seedrandom";

  const alea: typeof seedrandom.alea;
  export default alea;
}
