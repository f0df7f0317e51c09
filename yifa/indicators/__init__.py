"""Indicators (指标): compiled from the codex to SQL, evaluated, and opened to the records behind them.

``evaluate.evaluate`` gives figures, ``details.details`` what stands behind one, ``provenance.digests`` its proof,
``relations.check_relations`` whether figures agree, ``overlaps.summary_overlaps`` whether a summary entry may be made.
Imported one by one: the codex needs only ``model``, and the SQL compiler is slow to import.
"""
