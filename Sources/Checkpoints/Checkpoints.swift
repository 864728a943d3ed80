enum Checkpoints {}
