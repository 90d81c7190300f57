"""One customer, whoever asks: finding them, what is known, what was done, why they are where they are."""
