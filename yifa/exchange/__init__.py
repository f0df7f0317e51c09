"""Excel in and out (导入导出): templates, reading clerks' own variants, exports that import reads again."""
