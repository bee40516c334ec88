from plant_models.sheets.cells import Cell as Cell
from plant_models.sheets.cells import Row as Row
from plant_models.sheets.cells import Sheet as Sheet
from plant_models.sheets.csv_folder import read_csv_folder as read_csv_folder
from plant_models.sheets.csv_folder import write_csv_folder as write_csv_folder
from plant_models.sheets.excel import read_excel as read_excel
from plant_models.sheets.excel import write_excel as write_excel

__all__ = ["Cell", "Row", "Sheet", "read_csv_folder", "read_excel", "write_csv_folder", "write_excel"]
