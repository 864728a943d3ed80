enum Placement {}
