/** Of the eighteen fields that Pixxel gives of an area of interest, those that automations use. */
export const AREA_FIELDS = ['aoi_id', 'name', 'description', 'status', 'progress', 'project_id', 'area_in_sq_m', 'centroid', 'geometry', 'created_at', 'updated_at'];
