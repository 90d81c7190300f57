"""From conditions to members: a plan of atoms, its SQL, its engines, and one profile in plain Python."""
