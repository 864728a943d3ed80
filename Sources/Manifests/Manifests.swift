enum Manifests {}
