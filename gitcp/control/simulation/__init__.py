"""The company on a virtual clock: the same planner and the same operations, with runs drawn from what runs took so far."""
