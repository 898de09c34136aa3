"""What any model has to beat: the commonest label, keywords, TF-IDF with logistic regression, and what a second reader said."""
