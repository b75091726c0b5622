"""What a site was made from, kept beside it: from it a later build knows what it need not make again."""
