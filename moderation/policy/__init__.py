"""The policy engine: rule files in, decisions out.

yaml → reading → (rules, conditions, expressions, lists, culture, examples) → lint → loader → model.RuleSet
→ engine (compiled, evaluate, explain, decide). Pure but for :func:`moderation.policy.loader.read_folder`.
"""
