"""ScoringReference.py STATISTICS CASES.csv: processor seconds that the reference of the methods takes for the flags of these cases."""
import sys, time, warnings

warnings.filterwarnings("ignore")
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import numpy as np
import proto, sim

rows = [line.strip().split(",") for line in open(sys.argv[2])]
column = lambda index, kind=int: np.array([kind(row[index]) for row in rows])
network = dict(
    part=column(0), sev=column(1), tier=column(2), reg=column(3), fun=column(4), cust=column(5), agent=column(6), month=column(7),
    closed=column(8) == 1, dur=column(9, float), H=column(9, float), route=column(10), N=len(rows),
    ver=np.array([[int(verdict) for verdict in row[11]] for row in rows]).T)
network["P"] = int(network["part"].max()) + 1
sim.ROUTES = sim.ROUTES[:4]
begin = time.process_time()
flags = proto.flags(proto.run(network))
print(time.process_time() - begin)
