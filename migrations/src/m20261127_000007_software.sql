-- When a host was last asked which software it runs (NodeInfo).
ALTER TABLE hosts ADD COLUMN software_at {time};
